using Dapper;

namespace Approvals.Tests;

/// <summary>What holds for all tests of a run.</summary>
[SetUpFixture]
internal sealed class WholeRun
{
    /// <summary>Each test has a database of its own, and all have the same tables: what Dapper compiled to read one of them reads the others.</summary>
    [OneTimeSetUp]
    public void Begin() => SqlMapper.ConnectionStringComparer = EqualityComparer<string>.Create((_, _) => true, _ => 0);
}
