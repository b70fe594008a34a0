"""The router's loopback face: health, metrics, and the API that the command line uses. Has no words of its own."""
