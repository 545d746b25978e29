@rem Written by `KUBECTL DS completion --install`; kubectl runs it to complete `KUBECTL DS`.
@KUBECTL-DS __complete %*
