// The whole process computes in a prime field while something is proven.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
