"""WordPress, over its REST API with an application password: the comments of one blog."""
