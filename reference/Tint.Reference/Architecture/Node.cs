namespace Tint.Reference.Architecture;

/// <summary>A part of a block's plan: a leaf, which computes, or a way to join leaves. The plan is data; what a node means is up to a reading.</summary>
public abstract record Node;
