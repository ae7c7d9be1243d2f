"""A head taught by the masks of a site: fitted to stored features, without the network."""
