"""What is done with each kind of job: its stages in order, from the accepted file to knowledge that can be found."""
