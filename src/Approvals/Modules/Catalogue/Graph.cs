namespace Approvals.Modules.Catalogue;

/// <summary>Who needs whom.</summary>
internal static class Graph
{
    /// <summary>The first cycle as a path that ends where it began, or null. Unknown names are passed over.</summary>
    public static IReadOnlyList<string>? Cycle(IReadOnlyDictionary<string, IReadOnlyList<string>> needs)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in needs.Keys)
        {
            // Depth first with a path of our own: a file may be deeper than the stack.
            var path = new List<(string Code, int Next)> { (start, 0) };
            var onPath = new HashSet<string>(StringComparer.Ordinal) { start };
            if (done.Contains(start)) continue;
            while (path.Count > 0)
            {
                var (code, next) = path[^1];
                if (next == needs[code].Count)
                {
                    done.Add(code);
                    onPath.Remove(code);
                    path.RemoveAt(path.Count - 1);
                    continue;
                }

                path[^1] = (code, next + 1);
                var need = needs[code][next];
                if (!needs.ContainsKey(need) || done.Contains(need)) continue;
                if (!onPath.Add(need)) return [.. path.Select(p => p.Code).SkipWhile(c => c != need), need];
                path.Add((need, 0));
            }
        }

        return null;
    }
}
