"""Who may call, how a request is read and how an answer looks."""
