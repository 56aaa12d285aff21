"""Reports, charts and exports."""
