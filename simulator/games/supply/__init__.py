"""SmallCo supplies, BigCo sells: moments of sales, rebates and the transfer of risk."""
