"""One file per stage. A step reads through the site's queries, writes through its services, and does not know the others."""
