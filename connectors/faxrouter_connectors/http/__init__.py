"""What every HTTP connector needs and no vendor owns: a client, a throttle, a circuit breaker, kinds of failure."""
