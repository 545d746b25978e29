@rem Written by `kubectl ds completion --install`; kubectl runs it to complete `kubectl ds`.
@kubectl-ds __complete %*
