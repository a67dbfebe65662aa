"""What the imitated server promises: recorded scenarios, schemas, and how true the fake is to them."""
