"""What each kind of file gives when it is read: accepted footage with its facts and fixes, or a refusal."""
