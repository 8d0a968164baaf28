with

rows_told as (
    select * from compared.rows_told
),

earlier_position as (
    select * from earlier.position
),

later_position as (
    select * from later.position
),

earlier_runs as (
    select distinct run_id from earlier.files
),

movements_compared as (
    select * from compared.movements_compared
),

seen as (
    select
        rows_told.*,
        coalesce(
            rows_told._known_on <= earlier_position.known_at and earlier_runs.run_id is not null,
            false
        ) as is_seen_earlier,
        coalesce(rows_told.effective_on <= later_position.as_of_date, true)
        and coalesce(rows_told.withdrawn_on > later_position.as_of_date, true) as is_in_set
    from rows_told
    cross join earlier_position
    cross join later_position
    left join earlier_runs on rows_told._run_id = earlier_runs.run_id
    where rows_told._known_on <= later_position.known_at
),

keys_wanted as (
    select
        feed,
        row_key
    from seen
    where not is_seen_earlier
    union distinct
    select
        movement_type || 's' as feed,
        movement_id as row_key
    from movements_compared
    union distinct
    select
        seen.feed,
        seen.row_key
    from seen
    inner join movements_compared
        on seen.parent_id = movements_compared.movement_id
    where
        seen.feed = 'allocations'
        and seen.reference = 'receipt'
        and movements_compared.movement_type = 'receipt'
),

-- The effect of a row on balances; blank if the row does not count.
told as (
    select
        seen.*,
        case
            when seen.is_in_set then concat_ws(
                chr(31),
                coalesce(seen.debtor_id, ''),
                coalesce(seen.invoice_id, ''),
                coalesce(seen.parent_id, ''),
                coalesce(seen.reference, ''),
                coalesce(cast(seen.instalment_no as string), ''),
                coalesce(cast(seen.allocated_on as string), ''),
                coalesce(cast(seen.amount as string), '')
            )
        end as effect
    from seen
    inner join keys_wanted on seen.feed = keys_wanted.feed and seen.row_key = keys_wanted.row_key
),

-- The order that decides which version of a row is current: day of the file, its name, the line.
in_order as (
    select
        told.*,
        lag(effect) over (
            partition by feed, row_key
            order by
                _file_day asc nulls last, _source_file asc nulls last, _source_line asc nulls last,
                _known_on asc nulls last, _run_id asc nulls last
        ) as previous_effect,
        row_number() over (
            partition by feed, row_key
            order by
                _file_day asc nulls last, _source_file asc nulls last, _source_line asc nulls last,
                _known_on asc nulls last, _run_id asc nulls last
        ) as version_no
    from told
),

standing_places as (
    select
        feed,
        row_key,
        max(version_no) as later_no,
        max(case when is_seen_earlier then version_no end) as earlier_no,
        -- The line that brought the effect of the later side.
        max(
            case
                when version_no = 1 or previous_effect is distinct from effect then version_no
            end
        ) as begun_no
    from in_order
    group by
        feed,
        row_key
),

side_by_side as (
    select
        standing_places.feed,
        standing_places.row_key,
        later_versions.effect as later_effect,
        earlier_versions.effect as earlier_effect,
        case when later_versions.is_in_set then later_versions.debtor_id end as later_debtor_id,
        case when earlier_versions.is_in_set then earlier_versions.debtor_id end
            as earlier_debtor_id,
        later_versions.invoice_id,
        earlier_versions.invoice_id as earlier_invoice_id,
        later_versions.parent_id,
        earlier_versions.parent_id as earlier_parent_id,
        later_versions.reference,
        beginnings.officer_id,
        beginnings.approved_by,
        beginnings._known_on as known_on,
        beginnings._source_file as source_file,
        beginnings._source_line as source_line
    from standing_places
    inner join in_order as later_versions
        on
            standing_places.feed = later_versions.feed
            and standing_places.row_key = later_versions.row_key
            and standing_places.later_no = later_versions.version_no
    inner join in_order as beginnings
        on
            standing_places.feed = beginnings.feed
            and standing_places.row_key = beginnings.row_key
            and standing_places.begun_no = beginnings.version_no
    left join in_order as earlier_versions
        on
            standing_places.feed = earlier_versions.feed
            and standing_places.row_key = earlier_versions.row_key
            and standing_places.earlier_no = earlier_versions.version_no
),

final as (
    select
        side_by_side.*,
        coalesce(earlier_effect != later_effect, (earlier_effect is null) != (later_effect is null))
            as is_changed,
        case
            when earlier_effect is null then 'added'
            when later_effect is null then 'removed'
            else 'changed'
        end as source_change
    from side_by_side
)

select * from final
