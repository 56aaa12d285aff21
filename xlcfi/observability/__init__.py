"""What the running system tells about itself: metrics, logs, traces and health. The lowest layer of the kernel."""
