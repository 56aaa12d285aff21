"""The kernel of the XLCfi data platform. It imports no app."""
