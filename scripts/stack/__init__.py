"""The embedded stack: the parts of the platform on one machine, and the supervisor that keeps them running."""
