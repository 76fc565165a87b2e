"""What `make bench` and `make score` run."""
