"""Learning from people: what they said becomes lessons, a model is learned anew, compared, promoted or not, and taken back."""
