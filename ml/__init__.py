"""How festive a night picture is: backbone, head, scorer, and the tools around them. Knows no Django."""
