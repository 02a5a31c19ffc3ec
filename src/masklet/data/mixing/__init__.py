"""Several datasets as one: how often each is drawn, and which clip comes next."""
