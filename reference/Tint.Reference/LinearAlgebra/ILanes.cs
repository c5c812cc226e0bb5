namespace Tint.Reference.LinearAlgebra;

/// <summary>
/// The few operations on a vector of <see cref="Count"/> scalars that the products need. Implemented by empty structs, so that every use
/// compiles to the instructions of one vector width.
/// </summary>
/// <typeparam name="TVector">The vector.</typeparam>
/// <typeparam name="T">Its scalars.</typeparam>
internal unsafe interface ILanes<TVector, T>
    where TVector : struct
    where T : unmanaged
{
    /// <summary>Scalars in a vector.</summary>
    public static abstract int Count { get; }

    /// <summary>Columns of C that a tile of 2 × <see cref="Columns"/> vectors has, at most 8: as many as the registers hold.</summary>
    public static abstract int Columns { get; }

    /// <summary>Reads <see cref="Count"/> scalars, aligned or not.</summary>
    public static abstract TVector Load(T* source);

    /// <summary>Writes <see cref="Count"/> scalars, aligned or not.</summary>
    public static abstract void Store(T* target, TVector vector);

    /// <summary>A vector with every scalar equal to <paramref name="value"/>.</summary>
    public static abstract TVector Broadcast(T value);

    /// <summary>x + y.</summary>
    public static abstract TVector Add(TVector x, TVector y);

    /// <summary>x · y.</summary>
    public static abstract TVector Multiply(TVector x, TVector y);

    /// <summary>x · y + z with one rounding.</summary>
    public static abstract TVector MultiplyAdd(TVector x, TVector y, TVector z);
}
