using Approvals.Modules.Permits.Contract;

namespace Approvals.Modules.Reports;

/// <summary>A row of <c>reports_case</c>: what reports rest on.</summary>
internal record CaseFact
{
    public const string Columns = """
        case_id, number, application_number, project_id, item_code, department, process_id, window_key, clerk_key, status, received_on, accepted_on, is_deemed, due_on, ended_on,
               limit_days, statutory_days, used_days, run_days, authority_days, applicant_days, uncounted_days, split_on, now_with, span_days, corrections, handed_out_on, hand_out_days, owed
        """;

    /// <summary>The same in a statement that joins it as c.</summary>
    public const string ColumnsOfC = """
        c.case_id, c.number, c.application_number, c.project_id, c.item_code, c.department, c.process_id, c.window_key, c.clerk_key, c.status, c.received_on, c.accepted_on, c.is_deemed, c.due_on, c.ended_on,
               c.limit_days, c.statutory_days, c.used_days, c.run_days, c.authority_days, c.applicant_days, c.uncounted_days, c.split_on, c.now_with, c.span_days, c.corrections, c.handed_out_on, c.hand_out_days, c.owed
        """;

    public const int DeliverWithin = 10;

    public long CaseId { get; init; }
    public string Number { get; init; } = "";
    public string ApplicationNumber { get; init; } = "";
    public long ProjectId { get; init; }
    public string ItemCode { get; init; } = "";
    public string Department { get; init; } = "";
    public long ProcessId { get; init; }
    public string WindowKey { get; init; } = "";
    public string ClerkKey { get; init; } = "";
    public int Status { get; init; }
    public DateOnly ReceivedOn { get; init; }
    public DateOnly? AcceptedOn { get; init; }
    public bool IsDeemed { get; init; }
    public DateOnly? DueOn { get; init; }
    public DateOnly? EndedOn { get; init; }
    public int? LimitDays { get; init; }
    public int? StatutoryDays { get; init; }
    public int? UsedDays { get; init; }
    public int? RunDays { get; init; }
    public int AuthorityDays { get; init; }
    public int ApplicantDays { get; init; }
    public int UncountedDays { get; init; }
    public DateOnly SplitOn { get; init; }
    public string NowWith { get; init; } = "";
    public int SpanDays { get; init; }
    public int Corrections { get; init; }
    public DateOnly? HandedOutOn { get; init; }
    public int? HandOutDays { get; init; }
    public int Owed { get; init; }

    public CaseStatus Outcome => (CaseStatus)Status;

    /// <summary>办结: approved, approved with documents owed, or refused. What was withdrawn or not accepted has ended otherwise.</summary>
    public bool IsClosed => EndedOn is not null && Outcome is CaseStatus.Approved or CaseStatus.ApprovedDocumentsOwed or CaseStatus.Refused;

    /// <summary>Where no limit was promised, nothing was missed.</summary>
    public bool IsInTime => IsClosed && (DueOn is not { } due || EndedOn <= due);

    /// <summary>More than 10 working days after the decision (行政许可法 44).</summary>
    public bool IsHandedOutLate => HandOutDays > DeliverWithin;

    public int ElapsedDays => AuthorityDays + ApplicantDays + UncountedDays;
}

/// <summary>A row of <c>reports_pause</c>.</summary>
internal sealed record PauseOfCase
{
    public long CaseId { get; init; }
    public int Number { get; init; }
    public string Kind { get; init; } = "";
    public string ApprovedBy { get; init; } = "";
    public DateOnly FromOn { get; init; }
    public DateOnly? ToOn { get; init; }
    public int? Days { get; init; }
}

/// <summary>A row of <c>reports_approval</c>.</summary>
internal sealed record ApprovalFact
{
    public long ProjectId { get; init; }
    public long ProcessId { get; init; }
    public string WindowKey { get; init; } = "";
    public DateOnly CompletedOn { get; init; }
    public int ApprovalDays { get; init; }
}
