namespace Tint.Reference.Losses;

/// <summary>What predictions are made of, for the positions with a loss gradient: the construction, the closed form and a device have products of their own.</summary>
/// <typeparam name="T">Rows p, [R × D_aux].</typeparam>
internal interface IPredictions<T>
{
    /// <summary>softmax(s)E.</summary>
    public T OfSoftmax();

    /// <summary>s E.</summary>
    public T OfLogits();

    /// <summary>The mean row of E, for every position.</summary>
    public T OfMean();
}
