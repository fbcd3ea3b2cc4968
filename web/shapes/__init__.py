"""What the API takes and gives, as pydantic models: the public contract in types."""
