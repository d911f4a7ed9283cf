"""Reports on paper: what the pages say of a lesson or of courses, as a PDF made on the server."""
