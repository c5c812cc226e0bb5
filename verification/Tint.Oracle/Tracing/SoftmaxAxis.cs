namespace Tint.Oracle.Tracing;

/// <summary>Over what a softmax of scores, [H × T × T], runs.</summary>
internal enum SoftmaxAxis
{
    /// <summary>The keys of a query: the right one.</summary>
    Keys,

    /// <summary>The queries of a key.</summary>
    Queries,

    /// <summary>The heads of a pair.</summary>
    Heads,

    /// <summary>Nothing: there is no softmax.</summary>
    None,
}
