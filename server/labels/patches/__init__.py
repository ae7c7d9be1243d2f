"""The one room of the site that looks at patches: pure numpy on what the workers kept, never the network itself."""
