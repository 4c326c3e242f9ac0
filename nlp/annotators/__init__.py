"""What is read in a post, one judgement a file.  Each is pure: the sheet and the reading so far in, a reading out."""
