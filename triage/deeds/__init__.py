"""What each act of people makes of a case.  Pure: who may and when is asked before, in ``triage.acts``."""
