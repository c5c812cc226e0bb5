namespace Tint.Oracle.Answers;

/// <summary>What is wrong with the form of an answer, before its numbers are compared.</summary>
internal enum AnswerFault
{
    /// <summary>The numbers can be compared.</summary>
    None,

    /// <summary>The case has the tensor and the answers do not.</summary>
    Missing,

    /// <summary>The answers have the tensor and the case does not.</summary>
    Extra,

    /// <summary>The sizes of the axes are others, and no axes exchanged explain it.</summary>
    Misshapen,

    /// <summary>Two axes are exchanged: the shape or the numbers are those of the transpose.</summary>
    Transposed,

    /// <summary>The numbers are the reference's, written column by column under a header that says row by row.</summary>
    FortranOrdered,

    /// <summary>There are entries that are not numbers, or infinite.</summary>
    NotFinite,

    /// <summary>The file ends before its tensors do.</summary>
    HalfWritten,

    /// <summary>The file cannot be read for another reason.</summary>
    Unreadable,

    /// <summary>The numbers are of a type that is not compared.</summary>
    WrongType,
}
