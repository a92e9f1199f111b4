"""A small invented news web, for trying blockwire without the internet: its outlets, its articles, its page templates."""
