"""Every way of acting, one file for each: decided, then stepped, or refused and recorded."""
