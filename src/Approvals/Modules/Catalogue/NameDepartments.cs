using Approvals.Modules.Access.Contract;
using Approvals.Modules.Catalogue.Contract;
using MediatR;

namespace Approvals.Modules.Catalogue;

/// <summary>Answers whoever opens accounts which departments there are.</summary>
internal static class NameDepartments
{
    private sealed class Handler(CatalogueInForce catalogue) : IRequestHandler<KnownDepartments, IReadOnlyList<DepartmentName>>
    {
        public Task<IReadOnlyList<DepartmentName>> Handle(KnownDepartments query, CancellationToken ct) =>
            Task.FromResult<IReadOnlyList<DepartmentName>>([.. catalogue.Current.Departments.OrderBy(d => d.Code, StringComparer.Ordinal).Select(d => new DepartmentName(d.Code, d.Name))]);
    }
}
