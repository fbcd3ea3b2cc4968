"""The models behind protocols: what turns text into vectors, and later pictures, speech and chat."""
