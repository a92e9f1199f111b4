"""Looking through what was found: what is asked, what matches, how it is counted, drawn and handed out. No web in here."""
