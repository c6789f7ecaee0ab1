"""What people read: the summary of a run, in a terminal and in the Prefect UI, and the view of an article."""
