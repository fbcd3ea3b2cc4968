"""HTTP, the only place with Flask: the API under /api/v1, the pages, their words and looks."""
