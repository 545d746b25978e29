// Empty on purpose: its presence lets the package declare functions without bodies.
