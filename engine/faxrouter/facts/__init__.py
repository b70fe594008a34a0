"""Facts: raw readings from several sources become one typed, stated fact each. Does no I/O and knows no rule."""
