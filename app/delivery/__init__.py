"""How an edition leaves: one typed context, rendered as page, mail and JSON."""
