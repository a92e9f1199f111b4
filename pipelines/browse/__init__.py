"""The web page over the embedded store: routes, pages and their templates."""
