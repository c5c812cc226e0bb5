namespace Tint.Verification.Reports.Page;

/// <summary>What brings the published construction's update to plain SGD's, ingredient by ingredient.</summary>
internal static class FaithfulSection
{
    public static Markup Draw(PageContent content)
    {
        var markup = new Markup().Raw("<h2>How near could it be?</h2>\n");
        if (content.Faithful.Count == 0)
        {
            return markup.Raw("<p>No whole model in this run takes a step.</p>\n");
        }

        markup
            .Raw("<p>What a TinT whose update is plain SGD’s needs, each line with all above it. 1 − cos is that of the worst layer’s update to plain SGD’s in this run, at the N where ")
            .Raw("it is least and at the published N = 1000; parameters and products of a step are GPT-2’s.</p>\n")
            .Raw("<div class=\"scroll\"><table class=\"tight\"><thead><tr><th>ingredient</th><th>1 − cos</th><th>at N</th><th>N = 1000</th><th>parameters</th><th>products</th></tr></thead><tbody>\n");
        foreach (var row in content.Faithful)
        {
            markup.Line($"<tr><td>{row.Name}: {row.What}</td><td>{PageText.Size(row.Angle)}</td><td>{PageText.Size(row.Scale)}</td><td>{PageText.Size(row.AngleAsPublished)}</td><td>{row.Parameters / 1e9:0.000} B</td><td>{row.Flops / 1e12:0.00} T</td></tr>");
        }

        return markup.Raw("</tbody></table></div>\n");
    }
}
