"""Each file one step; none imports anything of ours."""
