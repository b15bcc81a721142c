Feature: Waiting for the requester

  Scenario: While the requester is asked, the clock stands still
    Given it is 2026-03-02 09:00 in Asia/Shanghai
    And the unit Desk with Li Na
    When Li Na registers the request "Keyboard broken" in Desk
    And Li Na does "Accept"
    And it becomes 2026-03-02 10:00
    And Li Na does "Wait for the requester" saying "Which room?"
    Then the ticket is "Waiting for the requester"
    And the ticket is not due
    When it becomes 2026-03-04 10:00
    And Li Na does "Go on"
    Then the clock resolution is running at 60 of 1440 minutes
    And the ticket is due at 2026-03-09 10:30
