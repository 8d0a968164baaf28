{#
    Credits set against debits, first against first, within each pool: nothing beyond what either has.

    Laid end to end, the credits of a pool and its debits are two rulers; each stretch between two
    neighbouring marks of either ruler lies within one credit and one debit, and is what that credit
    settles of that debit. One pass over the sorted marks, however large the pool.

    credits  CTE with pool, credit_no, amount, and the columns of `credit_order`
    debits   CTE with pool, item_no, amount; settled in the order of item_no
#}
{% macro settled_in_order(credits, debits, credit_order='credit_no') %}
    select
        credit_marks.credit_no,
        debit_marks.item_no,
        cast(stretches.stretch_to - stretches.stretch_from as decimal(18, 2)) as allocated_amount
    from (
        select
            marks.pool,
            marks.mark as stretch_to,
            coalesce(lag(marks.mark) over (partition by marks.pool order by marks.mark), 0)
                as stretch_from,
            1 + coalesce(sum(marks.credits) over (
                partition by marks.pool order by marks.mark
                rows between unbounded preceding and 1 preceding
            ), 0) as credit_rank,
            1 + coalesce(sum(marks.debits) over (
                partition by marks.pool order by marks.mark
                rows between unbounded preceding and 1 preceding
            ), 0) as debit_rank
        from (
            select
                ends.pool,
                ends.mark,
                sum(ends.credits) as credits,
                sum(ends.debits) as debits
            from (
                select pool, mark, 1 as credits, 0 as debits
                from ({{ ruler(credits, 'credit_no', credit_order) }}) as credit_ruler
                union all
                select pool, mark, 0 as credits, 1 as debits
                from ({{ ruler(debits, 'item_no', 'item_no') }}) as debit_ruler
            ) as ends
            group by ends.pool, ends.mark
        ) as marks
    ) as stretches
    inner join ({{ ruler(credits, 'credit_no', credit_order) }}) as credit_marks
        on stretches.pool = credit_marks.pool and stretches.credit_rank = credit_marks.rank
    inner join ({{ ruler(debits, 'item_no', 'item_no') }}) as debit_marks
        on stretches.pool = debit_marks.pool and stretches.debit_rank = debit_marks.rank
{% endmacro %}


{# The end of each row on its pool's ruler, and its rank in the pool; rows of nothing leave no mark. #}
{% macro ruler(rows, row_id, row_order) -%}
    select
        pool,
        {{ row_id }},
        row_number() over (partition by pool order by {{ row_order }}) as rank,
        sum(amount) over (
            partition by pool order by {{ row_order }}
            rows between unbounded preceding and current row
        ) as mark
    from {{ rows }}
    where amount > 0
{%- endmacro %}
