#!/bin/sh
# Written by `KUBECTL DS completion --install`; kubectl runs it to complete `KUBECTL DS`.
exec KUBECTL-DS __complete "$@"
